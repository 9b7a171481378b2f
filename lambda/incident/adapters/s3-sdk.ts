// What of the SDK is used, by name: an `import()` of the whole package would keep a bundler from leaving the rest out.
export { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
