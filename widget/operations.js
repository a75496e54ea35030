// The only three operations that a partner's key opens, as the server knows them.

export const MAILBOX = `query WidgetMailbox($mailboxId: ID!) {
  mailbox(id: $mailboxId) {
    id
    name
    level
    unit {
      name
    }
    incumbent {
      name
      title
    }
    promise {
      workingDays
    }
    figures {
      lettersLastMonth
      replyRate
      averageReplyDays
      satisfactionRate
    }
    publishedReplies(first: 5) {
      edges {
        node {
          title
          repliedAt
          excerpt
        }
      }
    }
  }
}`;

export const SUBMIT = `mutation WidgetSubmit($input: SubmitLetterInput!) {
  submitLetter(input: $input) {
    case {
      number
      replyDue {
        dueAt
      }
    }
    queryCode
    errors {
      code
      field
      message
    }
  }
}`;

export const STATUS = `query WidgetStatus($number: String!, $queryCode: String!) {
  trackedCase(number: $number, queryCode: $queryCode) {
    number
    title
    stage
    stageName
    updatedAt
    replyDue {
      dueAt
      state
    }
    reply {
      text
      sentAt
    }
    outcomeName
  }
}`;
