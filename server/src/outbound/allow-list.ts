import { BlockList, isIP } from 'node:net';

/** Where calls to addresses taken from data may go beyond public addresses: the setting OUTBOUND_ALLOW, taken apart. */
export interface AllowList {
  /** Is this host, with this port, named as such? Names are compared whole; `*.example.org` covers names below it. */
  allowsHost(host: string, port: number): boolean;
  /** Is this IP address covered by an address, a CIDR block or `loopback`? */
  allowsAddress(address: string, port: number): boolean;
}

interface Rule {
  readonly host: string;
  readonly port?: number;
  readonly block?: BlockList;
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

function blockOf(cidrs: readonly string[]): BlockList {
  const block = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', prefix] = cidr.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    block.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
  }
  return block;
}

function parseRule(entry: string): Rule {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry);
  const plain = /^([^:]+)(?::(\d+))?$/.exec(entry);
  const host = (bracketed?.[1] ?? plain?.[1] ?? entry).toLowerCase();
  const digits = bracketed?.[2] ?? plain?.[2];
  const port = digits === undefined ? {} : { port: Number(digits) };
  if (host === 'loopback') {
    return { host: 'localhost', ...port, block: blockOf(LOOPBACK) };
  }
  if (isIP(host.split('/')[0] ?? '') !== 0) {
    return { host, ...port, block: blockOf([host]) };
  }
  return { host, ...port };
}

function namesHost(rule: Rule, host: string): boolean {
  return rule.host.startsWith('*.') ? host.endsWith(rule.host.slice(1)) : host === rule.host;
}

/**
 * Takes the setting apart. Entries: a host name, `*.example.org`, an IP address, a CIDR block, or `loopback`; each may end in `:port`.
 */
export function parseAllowList(entries: readonly string[]): AllowList {
  const rules = entries.map((entry) => parseRule(entry.trim())).filter((rule) => rule.host !== '');
  const fits = (rule: Rule, port: number): boolean => rule.port === undefined || rule.port === port;
  return {
    allowsHost: (host, port) => rules.some((rule) => fits(rule, port) && namesHost(rule, host.toLowerCase())),
    allowsAddress: (address, port) => {
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      return rules.some((rule) => fits(rule, port) && rule.block?.check(address, family) === true);
    },
  };
}
