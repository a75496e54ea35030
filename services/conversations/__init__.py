"""People write, ask and answer by messages: WeChat step by step, SMS in one line."""
