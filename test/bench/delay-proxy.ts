import { Worker } from 'node:worker_threads';

/** Passes bytes between a client and a server of this machine, and takes its time. */
export interface DelayProxy {
  readonly port: number;
  close(): Promise<void>;
}

// In a thread of its own, so that the wait is nobody's but the connection's: a timer is too coarse for a millisecond.
const PROGRAM = `
  const { connect, createServer } = require('node:net');
  const { parentPort, workerData } = require('node:worker_threads');
  const never = new Int32Array(new SharedArrayBuffer(4));
  createServer((client) => {
    const server = connect(workerData.port, '127.0.0.1');
    client.setNoDelay(true).on('error', () => server.destroy()).on('close', () => server.destroy());
    server.setNoDelay(true).on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('data', (chunk) => { Atomics.wait(never, 0, 0, workerData.delayMs); server.write(chunk); });
    server.on('data', (chunk) => client.write(chunk));
  }).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });
`;

/**
 * Starts one. The whole delay is on the way there, which makes a round trip longer by it.
 *
 * @param delayMs milliseconds.
 */
export async function startDelayProxy(port: number, delayMs: number): Promise<DelayProxy> {
  const worker = new Worker(PROGRAM, { eval: true, workerData: { port, delayMs } });
  const own = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return {
    port: own,
    close: async () => {
      await worker.terminate();
    },
  };
}
