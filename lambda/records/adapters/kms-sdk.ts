export { DecryptCommand, GenerateDataKeyWithoutPlaintextCommand, GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
