import { CONFORMANCE_PACK_INLINE_LIMIT_BYTES } from '../../../lib/trail/conformance-pack-template';
import { unusedServicesInUse } from '../../../lib/trail/conformance-rules';
import { ENVIRONMENT_NAMES, resourceOf, resourcesOf } from '../../support/assembly';

describe.each(ENVIRONMENT_NAMES)('the conformance pack of %s', (environment) => {
  test('leaves out no service that the templates use', () => {
    expect(unusedServicesInUse(resourcesOf(environment).map(({ Type }) => Type))).toEqual([]);
  });

  test('says in its own resource which rules it leaves out, and why', () => {
    const leftOut = resourceOf(environment, 'AWS::Config::ConformancePack').Metadata?.['RulesLeftOut'] as Record<string, string>;
    expect(Object.keys(leftOut).length).toBeGreaterThan(20);
    expect(Object.entries(leftOut).filter(([, reason]) => reason.length < 20)).toEqual([]);
  });

  test('fits the way it is delivered', () => {
    const { TemplateBody, TemplateS3Uri } = resourceOf(environment, 'AWS::Config::ConformancePack').Properties;
    expect(TemplateS3Uri).toBeUndefined();
    expect(Buffer.byteLength(String(TemplateBody))).toBeLessThanOrEqual(CONFORMANCE_PACK_INLINE_LIMIT_BYTES);
  });
});
