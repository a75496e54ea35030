"""Files of pictures, walked through before anything is decoded: what a decoder gets to see.

A walk takes one step for each segment or chunk. It finds what decoding would cost, refuses what
costs too much, and leaves out all that a decoder would only unfold or parse on the way to the
pixels: colour profiles, EXIF, comments, previews, further frames.
"""
