import { CodedError } from '../../shared/outcome';
import { statusOf } from '../../shared/sdk-error';
import type { Officer } from '../ports';

const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 4_000, throwOnRequestTimeout: true };

/** A topic that mails. The role needs `sns:Publish` on it and use of its key. */
export function snsOfficer(topicArn: string): Officer {
  let connecting: ReturnType<typeof connect> | undefined;
  return {
    async tell(text) {
      try {
        connecting ??= connect();
        const publish = await connecting;
        await publish({ TopicArn: topicArn, Message: text });
      } catch (error) {
        const status = statusOf(error);
        throw new CodedError(status !== undefined && status >= 400 && status < 500 ? 'topic_denied' : 'topic_unavailable');
      }
    },
  };
}

async function connect() {
  const { PublishCommand, SNSClient } = await import('./sns-sdk');
  const client = new SNSClient({ maxAttempts: 2, requestHandler: TIMEOUTS });
  return (request: ConstructorParameters<typeof PublishCommand>[0]) => client.send(new PublishCommand(request));
}
