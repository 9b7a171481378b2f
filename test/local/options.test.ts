import { Complaint } from '../../local/complaint';
import { DEFAULT_PORT, parseRotateOptions, parseStartOptions, refuseInLambda } from '../../local/options';

const start = (...args: string[]) => parseStartOptions(args, '/folder/here');

function complaintOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Complaint) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the options of a start', () => {
  it('are a fixed port and a folder below the current one unless given', () => {
    expect(start()).toEqual({ reset: false, port: DEFAULT_PORT, data: '/folder/here/.local' });
  });

  it('are taken in either spelling', () => {
    expect(start('--reset', '--port=9000', '--data', 'there')).toEqual({ reset: true, port: 9_000, data: '/folder/here/there' });
    expect(start('--port', '0', '--data', '/elsewhere').port).toBe(0);
  });

  it.each([
    [['--rest'], 'Unknown option "--rest"'],
    [['-r'], 'Unknown option "-r"'],
    [['reset'], 'Unexpected argument "reset"'],
    [['--', 'reset'], 'Unexpected argument "reset"'],
    [['--reset=yes'], '"--reset" takes no value, but was given "yes"'],
    [['--data'], '"--data" needs a value'],
    [['--data='], '"--data" needs a value'],
    [['--port', '1', '--port', '2'], '"--port" is given twice'],
  ])('%j are refused with the value and everything allowed', (args, fault) => {
    const complaint = complaintOf(() => start(...args));
    expect(complaint).toContain(fault);
    expect(complaint).toContain('Allowed: npm start -- [--reset] [--port NUMBER] [--data FOLDER]');
  });

  it.each(['65536', '99999', '-1', '80.5', '1e3', '0x50', ' 80', 'http', '123456'])('say which port is none: %j', (port) => {
    expect(complaintOf(() => start(`--port=${port}`))).toBe(
      `Port "${port}" is none. Allowed: a whole number from 0, for any free one, to 65535. Without --port it is ${DEFAULT_PORT}.`,
    );
  });
});

describe('the options of a rotation', () => {
  it('are the folder and nothing else', () => {
    expect(parseRotateOptions(['--data', 'x'], '/w')).toEqual({ data: '/w/x' });
    expect(complaintOf(() => parseRotateOptions(['--reset'], '/w'))).toBe(
      'Unknown option "--reset". Allowed: npm run keys:rotate -- [--data FOLDER]',
    );
  });
});

describe('a local run', () => {
  it('refuses to start in a function, and says what to do', () => {
    expect(complaintOf(() => refuseInLambda({ AWS_LAMBDA_FUNCTION_NAME: 'records' }))).toMatch(/AWS_LAMBDA_FUNCTION_NAME is set, to "records".*unset/);
    expect(() => refuseInLambda({})).not.toThrow();
  });
});
