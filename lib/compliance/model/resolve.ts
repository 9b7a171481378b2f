import { RENDERINGS } from './rendering';
import { isJson, type RawTemplate } from './template';
import { Unknown } from './unknown';

/** A stack's part in the resolution. */
export interface StackOfTemplates {
  readonly stack: string;
  readonly region: string;
  readonly template: RawTemplate;
}

/** Writes out every reference of a value that stands in a stack. What only a deploy knows becomes {@link Unknown}. */
export type Resolve = (stack: string, value: unknown) => unknown;

/** Marks the generated part of a name: `${Foundation.KeysTrail856D464B}`, or with an attribute `${Data.Db.Endpoint.Address}`. */
export const MARKER = /\$\{([\w-]+)\.(\w+)(?:\.[\w.]+)?\}/;

/** Every Region has these many zones for an account, and some have more. */
const FEWEST_ZONES = 3;

/** References that go through more outputs than this go in a circle. */
const MAX_DEPTH = 32;

/**
 * Resolves Ref, GetAtt and ImportValue across stacks, Join, Sub, Split, Select: a set of templates becomes plain data, in
 * which what one resource says of another is a string that both sides spell alike, however it was written. Never throws.
 */
export function createResolver(stacks: readonly StackOfTemplates[], account: string): Resolve {
  return new Resolver(stacks, account).resolve;
}

class Resolver {
  private readonly byName: ReadonlyMap<string, StackOfTemplates>;
  private depth = 0;
  private exported: Map<string, { readonly stack: string; readonly value: unknown }> | undefined;
  /** What each export gives; one that is being worked out gives a circle. */
  private readonly imported = new Map<string, unknown>();

  constructor(
    private readonly stacks: readonly StackOfTemplates[],
    private readonly account: string,
  ) {
    this.byName = new Map(stacks.map((stack) => [stack.stack, stack]));
  }

  readonly resolve: Resolve = (stack, value) => {
    if (Array.isArray(value)) return this.resolveList(stack, value);
    if (!isJson(value)) return value;
    let written: Record<string, unknown> | undefined;
    for (const key in value) {
      if ((key === 'Ref' || key.startsWith('Fn::')) && Object.keys(value).length === 1) return this.call(stack, key, value[key]);
      const item = this.resolve(stack, value[key]);
      if (item !== value[key]) (written ??= { ...value })[key] = item;
    }
    return written ?? value;
  };

  /** As for objects: what holds no reference is itself, and not a copy. */
  private resolveList(stack: string, list: readonly unknown[]): readonly unknown[] {
    let written: unknown[] | undefined;
    for (let at = 0; at < list.length; at += 1) {
      const resolved = this.resolve(stack, list[at]);
      if (resolved !== list[at]) (written ??= [...list])[at] = resolved;
    }
    return written ?? list;
  }

  private call(stack: string, name: string, argument: unknown): unknown {
    if (this.depth > MAX_DEPTH) return new Unknown(`${stack}: references go in a circle`);
    this.depth += 1;
    try {
      return this.apply(stack, name, argument);
    } finally {
      this.depth -= 1;
    }
  }

  private apply(stack: string, name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return typeof argument === 'string' ? this.ref(stack, argument) : new Unknown(`${stack}: a Ref to no name`);
      case 'Fn::GetAtt':
        return this.getAtt(stack, typeof argument === 'string' ? splitOnce(argument) : argument);
      case 'Fn::ImportValue':
        return this.import(stack, this.resolve(stack, argument));
      case 'Fn::Join':
        return this.join(stack, argument);
      case 'Fn::Sub':
        return this.sub(stack, argument);
      case 'Fn::Select':
        return this.select(stack, argument);
      case 'Fn::Split':
        return this.split(stack, argument);
      case 'Fn::GetAZs':
        return this.zones(stack);
      default:
        return new Unknown(`${stack} uses ${name}, whose result only a deploy knows`);
    }
  }

  private ref(stackName: string, name: string): unknown {
    const stack = this.byName.get(stackName);
    switch (name) {
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::Region':
        return stack?.region ?? '';
      case 'AWS::AccountId':
        return this.account;
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
    }
    if (stack?.template.parameters.has(name)) return new Unknown(`${stackName}: ${name} is a parameter of the stack`);
    return this.reference(stackName, name);
  }

  private getAtt(stack: string, argument: unknown): unknown {
    const [logicalId, ...attribute] = listed(argument);
    if (typeof logicalId !== 'string' || !attribute.every((part) => typeof part === 'string'))
      return new Unknown(`${stack}: a GetAtt to no name`);
    return this.reference(stack, logicalId, attribute.join('.'));
  }

  private reference(stackName: string, logicalId: string, attribute?: string): unknown {
    const stack = this.byName.get(stackName);
    const resource = stack?.template.resources.get(logicalId);
    if (!stack || !resource) return new Unknown(`${stackName} refers to ${logicalId}, which it does not hold`, true);
    const suffix = attribute === undefined ? '' : `.${attribute}`;
    const name = `\${${stackName}.${logicalId}}`;
    const render = RENDERINGS[`${resource.type}${suffix}`];
    return (
      render?.({ account: this.account, region: stack.region, name, properties: resource.properties }) ??
      `\${${stackName}.${logicalId}${suffix}}`
    );
  }

  private import(stack: string, name: unknown): unknown {
    if (typeof name !== 'string') return name instanceof Unknown ? name : new Unknown(`${stack}: an import of no name`);
    if (this.imported.has(name)) return this.imported.get(name);
    this.imported.set(name, new Unknown(`${stack}: the export ${name} refers to itself`));
    const found = this.exports().get(name);
    const value = found ? this.resolve(found.stack, found.value) : new Unknown(`${stack} imports ${name}, which no template here exports`);
    this.imported.set(name, value);
    return value;
  }

  private exports(): ReadonlyMap<string, { readonly stack: string; readonly value: unknown }> {
    if (this.exported) return this.exported;
    this.exported = new Map();
    for (const { stack, template } of this.stacks) {
      for (const { exportName, value } of template.outputs) {
        const resolved = this.resolve(stack, exportName);
        if (typeof resolved === 'string') this.exported.set(resolved, { stack, value });
      }
    }
    return this.exported;
  }

  private join(stack: string, argument: unknown): unknown {
    const [separator, parts] = listed(argument);
    const list = this.resolve(stack, parts);
    if (typeof separator !== 'string' || !Array.isArray(list))
      return list instanceof Unknown ? list : new Unknown(`${stack}: a Join of no list`);
    return (
      list.find((part) => part instanceof Unknown) ??
      list.map((part) => (isScalar(part) ? String(part) : JSON.stringify(part))).join(separator)
    );
  }

  private sub(stack: string, argument: unknown): unknown {
    const [text, variables] = Array.isArray(argument) ? listed(argument) : [argument];
    if (typeof text !== 'string') return new Unknown(`${stack}: a Sub of no text`);
    let unknown: Unknown | undefined;
    const written = text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      const value = isJson(variables) && Object.hasOwn(variables, name) ? this.resolve(stack, variables[name]) : this.named(stack, name);
      if (!isScalar(value)) unknown ??= value instanceof Unknown ? value : new Unknown(`${stack}: a Sub of no scalar`);
      return String(value);
    });
    return unknown ?? written;
  }

  private named(stack: string, name: string): unknown {
    return name.includes('.') ? this.getAtt(stack, splitOnce(name)) : this.ref(stack, name);
  }

  private select(stack: string, argument: unknown): unknown {
    const [index, list] = listed(argument);
    const resolved = this.resolve(stack, list);
    const item: unknown = Array.isArray(resolved) ? resolved[Number(this.resolve(stack, index))] : resolved;
    return item === undefined || item === null || item === resolved ? new Unknown(`${stack}: a Select of what is not there`) : item;
  }

  /** Which zones they are, only a deploy knows; that the first is not the second, everybody does. */
  private zones(stack: string): readonly string[] {
    const region = this.byName.get(stack)?.region ?? '';
    return Array.from({ length: FEWEST_ZONES }, (_, at) => `zone ${at} of ${region}`);
  }

  private split(stack: string, argument: unknown): unknown {
    const [separator, whole] = listed(argument);
    const resolved = this.resolve(stack, whole);
    if (typeof separator !== 'string' || typeof resolved !== 'string')
      return resolved instanceof Unknown ? resolved : new Unknown(`${stack}: a Split of no text`);
    return resolved.split(separator);
  }
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function splitOnce(name: string): readonly string[] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
