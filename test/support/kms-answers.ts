import { createHmac, randomBytes } from 'node:crypto';
import type { KeyClass } from '../../lambda/records/ports';
import type { AwsAnswer, AwsCall } from './aws-endpoint';

/** A key service of one process: it knows its own data keys, and each only under the encryption context it was made with. */
export interface KmsAnswers {
  /** Makes a data key of 32 bytes. @returns its wrapped form. */
  wrap(context: { readonly app: string; readonly env: string; readonly class: KeyClass; readonly keyId: string }): Buffer;
  /** What it says to a call; undefined when the call is not one of its own. */
  answer(call: AwsCall): AwsAnswer | undefined;
}

/** Starts one. */
export function kmsAnswers(): KmsAnswers {
  const known = new Map<string, { readonly plain: Buffer; readonly context: object }>();
  const macSecret = randomBytes(32);
  const refuse = (name: string): AwsAnswer => ({ status: 400, body: JSON.stringify({ __type: name }) });
  return {
    wrap: (context) => {
      const wrapped = randomBytes(96);
      known.set(wrapped.toString('base64'), { plain: randomBytes(32), context });
      return wrapped;
    },
    answer: ({ operation, body }) => {
      switch (operation) {
        case 'TrentService.Decrypt': {
          const { CiphertextBlob, EncryptionContext } = JSON.parse(body) as { CiphertextBlob: string; EncryptionContext: object };
          const key = known.get(CiphertextBlob);
          if (!key || sorted(EncryptionContext) !== sorted(key.context)) return refuse('InvalidCiphertextException');
          return { status: 200, body: JSON.stringify({ Plaintext: key.plain.toString('base64') }) };
        }
        case 'TrentService.GenerateMac': {
          const { KeyId, Message } = JSON.parse(body) as { KeyId: string; Message: string };
          const mac = createHmac('sha256', macSecret).update(KeyId).update(Buffer.from(Message, 'base64')).digest('base64');
          return { status: 200, body: JSON.stringify({ Mac: mac }) };
        }
        default:
          return undefined;
      }
    },
  };
}

function sorted(context: object): string {
  return JSON.stringify(Object.entries(context).sort());
}
