import { ENVIRONMENTS, selectEnvironments } from '../../../lib/config/select';

test('reports every fault of a file at once: file, field, value, what is allowed', () => {
  const { dev } = ENVIRONMENTS;
  const wrong = { ...dev, account: '12', recoveryRegion: dev.region, retention: { ...dev.retention, archiveDays: 1 } };
  jest.replaceProperty(ENVIRONMENTS, 'dev', wrong);
  expect(ENVIRONMENTS.dev.account).toBe('12');
  expect(() => selectEnvironments('dev')).toThrow(
    new RegExp(
      [
        'The configuration has \\d+ faults:',
        '  lib/config/dev\\.ts  account: "12" is not allowed; expected twelve digits',
        '  lib/config/dev\\.ts  recoveryRegion: "[a-z0-9-]+" is not allowed; expected an AWS Region other than [a-z0-9-]+',
        '  lib/config/dev\\.ts  retention\\.archiveDays: 1 is not allowed; expected 2192 \\(six years\\) to 36500 days',
      ].join('\n'),
    ),
  );
});
