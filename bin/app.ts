import { bundleAhead } from '../lib/shared/function-bundles';

/** The functions are bundled by a process of their own, while the rest of the app loads, which takes as long. */
async function main(): Promise<void> {
  const bundling = bundleAhead();
  const { baselineApp } = await import('./baseline-app');
  await bundling;
  baselineApp();
}

void main();
