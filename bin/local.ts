import { ClusterError } from '../local/cluster';
import { Complaint } from '../local/complaint';
import { parseStartOptions, refuseInLambda } from '../local/options';
import { renderReport } from '../local/report';
import { startLocal } from '../local/run';

/** Shows a step while it lasts, on a terminal only. */
function showStep(step: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${step}${step === '' ? '' : ' ...'}`);
}

/** Exit codes: 0 stopped, 1 could not start or go on, 2 wrong usage. */
async function main(): Promise<number> {
  refuseInLambda(process.env);
  const run = await startLocal(parseStartOptions(process.argv.slice(2), process.cwd()), showStep);
  showStep('');
  console.log(renderReport(run, process.uptime(), process.cwd()));
  const stopped = new Promise<'signal'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve('signal'));
  });
  const end = await Promise.race([stopped, run.databaseEnded]);
  await run.stop();
  if (end === 'signal') return 0;
  console.error('PostgreSQL ended by itself. The data are kept: start again with npm start.');
  return 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    showStep('');
    if (!(error instanceof Complaint) && !(error instanceof ClusterError)) throw error;
    console.error(error.message);
    process.exit(error instanceof Complaint ? 2 : 1);
  },
);
