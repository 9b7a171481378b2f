import type { StackProps } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { AlarmTopic } from '../shared/alarm-topic';
import { protectedKey } from '../shared/protected-key';
import { allowAlarms, allowEventBridge } from '../shared/service-key-policy';
import { EventForwarder } from './event-forwarder';
import { HeartbeatSchedule } from './heartbeat-schedule';

/** The Region on whose bus AWS puts the events of global services. */
export const GLOBAL_EVENTS_REGION = 'us-east-1';

/**
 * In us-east-1, where the home Region is another: sends on what happens to identities, root and sign-ins, and starts the heartbeat there,
 * so that it takes the longest way. An environment at home in us-east-1 has no such stack. 164.308(a)(6)(ii).
 */
export class GlobalEventsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { readonly config: EnvironmentConfig }) {
    super(scope, id, props);
    const { config } = props;
    const key = protectedKey(this, 'Key', { environment: config.name, dataClass: 'operational', description: 'undelivered global events' });
    allowAlarms(key);
    allowEventBridge(key);
    const { topic } = new AlarmTopic(this, 'Security', { key, emailAddress: config.contacts.securityOfficerEmail });
    new EventForwarder(this, 'Forwarder', { config, key, topic });
    new HeartbeatSchedule(this, 'Heartbeats');
  }
}
