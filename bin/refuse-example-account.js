// A CDK CLI plugin, which the CLI loads as plain JavaScript (cdk.json, "plugin").
//
// The CLI asks for credentials of an account only when it is about to reach AWS: at deploy, diff or destroy, never at
// synth. For an account that is still one of the shipped examples the answer is this sentence, before anything else.
const { accounts } = require('../lib/config/shipped-examples.json');

module.exports = {
  version: '1',
  init(host) {
    host.registerCredentialProviderSource({
      name: 'example accounts',
      isAvailable: () => Promise.resolve(true),
      canProvideCredentials: (accountId) => Promise.resolve(accounts.includes(accountId)),
      getProvider: (accountId) =>
        Promise.reject(
          new Error(
            `Account ${accountId} is an example value of this repository. Replace the lines marked "example" in ` +
              'lib/config/<environment>.ts with your own account, domain, hosted zone and contacts, then run the command again.',
          ),
        ),
    });
  },
};
