import { EnvironmentModel } from '../../lib/compliance/model/environment';
import { parseTemplate } from '../../lib/compliance/model/template';
import { ACCOUNT } from './tiny-environment';

/** Production with one bucket `Logs` that carries metadata. */
export function modelWithMetadata(Metadata: Readonly<Record<string, unknown>>): EnvironmentModel {
  const text = JSON.stringify({ Resources: { Logs: { Type: 'AWS::S3::Bucket', Metadata } } });
  return new EnvironmentModel({ name: 'prod', account: ACCOUNT }, [
    { stack: 'prod-Small', region: 'us-east-1', template: parseTemplate('small', text) },
  ]);
}
