// What of the SDK is used, by name: an `import()` of the whole package would keep a bundler from leaving the rest out.
export { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
