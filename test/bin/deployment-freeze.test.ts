import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, type Hold } from '../../bin/deployment-freeze';

const NONE: Hold = { name: '/prod/ir/freeze/none', value: 'nothing' };
const HELD: Hold = {
  name: '/prod/ir/freeze/incident-7--isolate-function--records',
  value: '{"incident":"incident-7","action":"isolate-function"}',
};

async function freeze(read: (path: string) => Promise<readonly Hold[]>, ...args: readonly string[]) {
  const [out, complaints]: [string[], string[]] = [[], []];
  const code = await main(args, { print: (text) => out.push(text), complain: (text) => complaints.push(text), read });
  return { code, out: out.join(''), complaint: complaints.join('') };
}

describe('npm run freeze', () => {
  it('lets a deployment go on when it has seen that nothing holds it', async () => {
    const paths: string[] = [];
    const read = (path: string) => Promise.resolve([NONE]).finally(() => paths.push(path));
    expect(await freeze(read, '--env', 'prod')).toEqual({ code: 0, out: 'Nothing holds deployments of prod.\n', complaint: '' });
    expect(paths).toEqual(['/prod/ir/freeze']);
  });

  it.each<[string, readonly Hold[]]>([
    ['a containment', [NONE, HELD]],
    ["a containment, also where the template's own parameter is gone", [HELD]],
    ['anything else that stands there, whatever it says', [NONE, { name: '/prod/ir/freeze/by-hand', value: '' }]],
  ])('refuses while there is %s', async (_, holds) => {
    const { code, complaint } = await freeze(() => Promise.resolve(holds), '--env', 'prod');
    expect(code).toBe(1);
    expect(complaint).toContain(holds.at(-1)?.name);
  });

  it.each(['AccessDeniedException', 'TimeoutError', 'CredentialsProviderError'])('refuses when it cannot read: %s', async (name) => {
    const { code, complaint } = await freeze(() => Promise.reject(Object.assign(new Error('no'), { name })), '--env', 'prod');
    expect([code, complaint.includes(name)]).toEqual([1, true]);
  });

  it('refuses when the folder is empty, for then it looked into the wrong one', async () => {
    const { code, complaint } = await freeze(() => Promise.resolve([]), '--env', 'prod');
    expect([code, complaint.includes('another account or Region')]).toEqual([1, true]);
  });

  it.each([[], ['--env'], ['--env', 'production'], ['--environment', 'prod'], ['--env', 'prod', '--force'], ['--env', 'toString']])(
    'takes %j for wrong usage, and reads nothing',
    async (...args: string[]) => {
      const { code, complaint } = await freeze(() => Promise.reject(new Error('asked')), ...args);
      expect([code, complaint.includes('Usage:')]).toEqual([2, true]);
    },
  );

  it('stands before the deployment of the pipeline, under the same credentials, in a step that fails with it', () => {
    const workflow = readFileSync(join(__dirname, '..', '..', '.github', 'workflows', 'deploy.yml'), 'utf8');
    const job = workflow.slice(workflow.indexOf('\n  deploy:'));
    const steps = job.split(/^ {6}- /m).slice(1);
    const at = (text: string): number => steps.findIndex((step) => step.includes(text));
    expect(at('configure-aws-credentials')).toBeGreaterThan(0);
    expect(at('npm run freeze -- --env "$ENVIRONMENT"')).toBe(at('npx cdk deploy') - 1);
    expect(at('npm run freeze')).toBeGreaterThan(at('configure-aws-credentials'));
    expect(job).not.toContain('continue-on-error');
    expect(steps[at('npm run freeze')]).not.toMatch(/\|\||\bif:/);
    const { Statement } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'docs', 'policies', 'github-deploy.json'), 'utf8')) as {
      Statement: { Action: string[]; Resource: string }[];
    };
    expect(Statement.find(({ Action }) => Action.includes('ssm:GetParametersByPath'))?.Resource).toBe(
      'arn:aws:ssm:*:*:parameter/*/ir/freeze',
    );
  });
});
