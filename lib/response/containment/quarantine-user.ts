import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ContainmentAction } from './action';
import { jsonata } from './asl';
import { putEvidence } from './evidence';
import type { Step } from './step';
import type { UserStores } from './user-steps';
import { permissionsOf, pool, revoker, SIGN_OUT, substitutionsOf, USER } from './user-steps';

/** Who is asked before a clinician is locked out. */
export interface SecondPerson {
  readonly topic: ITopic;
  /** Of the topic. */
  readonly messagingKey: IKey;
}

/** A quarter of an hour without an answer counts as a yes: 164.308(a)(6)(ii) asks to mitigate, and by then the user is signed out only. */
const ANSWER_SECONDS = 900;

const IS_CLINICIAN = `$present.role = 'clinician'`;

/**
 * Signs a user out and lets them in no more: disabled in the user pool and in the database. For a clinician, who may be with a patient, a
 * second person is asked first; `Rejected` ends it there, no answer within a quarter of an hour means yes. Emergency access of others
 * stays open. 164.308(a)(3)(ii)(C).
 *
 * What no template can show is whether the second person is another one: the trail says who answered.
 */
export function quarantineUser(stores: UserStores, { topic, messagingKey }: SecondPerson): ContainmentAction {
  return {
    id: 'quarantine-user',
    description: 'Signs a user out and lets them in no more.',
    target: USER,
    read: [
      // Not AdminGetUser, which would put the user's mail address into the history of the execution.
      pool('Read the user of the pool', 'listUsers', {
        arguments: { UserPoolId: '${UserPool}', Filter: jsonata(`'sub = "' & $target & '"'`), AttributesToGet: ['sub'], Limit: 1 },
        assign: { enabled: jsonata('$states.result.Users[0].Enabled') },
      }),
      revoker('Read the principal', 'read', {
        assign: {
          present: jsonata(
            `{'enabled': $enabled, 'role': $states.result.Payload.role, 'disabledAt': $states.result.Payload.disabledAt, ` +
              `'revokedBefore': $states.result.Payload.revokedBefore}`,
          ),
        },
      }),
    ],
    contained: '$not($present.enabled) and $present.disabledAt != null',
    before: [...SIGN_OUT, notify(), ask()],
    contain: [pool('Disable in the user pool', 'adminDisableUser'), revoker('Disable in the database', 'disable')],
    restore: [
      pool('Enable in the user pool', 'adminEnableUser', { when: '$prior.enabled' }),
      revoker('Enable in the database', 'enable', { when: '$prior.disabledAt = null' }),
    ],
    restored: '$present.enabled = $prior.enabled and ($present.disabledAt = null) = ($prior.disabledAt = null)',
    holdsDeployments: false,
    preservesFirst: false,
    may: {
      contain: [
        ...permissionsOf(stores, 'cognito-idp:AdminDisableUser', 'cognito-idp:AdminUserGlobalSignOut', 'cognito-idp:ListUsers'),
        new PolicyStatement({ sid: 'AskSecondPerson', actions: ['sns:Publish'], resources: [topic.topicArn] }),
        new PolicyStatement({ sid: 'EncryptQuestion', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [messagingKey.keyArn] }),
      ],
      restore: permissionsOf(stores, 'cognito-idp:AdminEnableUser', 'cognito-idp:ListUsers'),
    },
    substitutions: { ...substitutionsOf(stores), SecurityTopic: topic.topicArn },
  };
}

function notify(): Step {
  return {
    name: 'Tell the security officer',
    call: 'aws-sdk:sns:publish',
    arguments: {
      TopicArn: '${SecurityTopic}',
      Subject: 'A clinician is about to be locked out',
      Message: jsonata(
        `'Incident ' & $incident & ', user ' & $target & ', execution ' & $origin & '. Answer within 15 minutes, or it is done. ' & ` +
          `'How: docs/runbook.md, QuarantineUser.'`,
      ),
    },
    when: IS_CLINICIAN,
    mayFail: true,
  };
}

/** The token stands in the evidence bucket, never in a mail: whoever has it can answer. It is good for this one question. */
function ask(): Step {
  const { call, ...step } = putEvidence('Ask a second person', `'question.json'`, { token: jsonata('$states.context.Task.Token') });
  return {
    ...step,
    call: `${call}.waitForTaskToken`,
    when: IS_CLINICIAN,
    timeoutSeconds: ANSWER_SECONDS,
    answers: { errors: ['States.Timeout'], assign: { done: jsonata(`$append($done, ['No answer in 15 minutes counts as a yes'])`) } },
  };
}
