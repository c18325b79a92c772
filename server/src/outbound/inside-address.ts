import { BlockList, isIP } from 'node:net';

const INSIDE_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** Only global unicast (2000::/3) is outside; of it, what embeds an IPv4 address or is reserved is inside too. */
const INSIDE_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const inside = new BlockList();
for (const [network, prefix] of INSIDE_IPV4) {
  inside.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of INSIDE_IPV6) {
  inside.addSubnet(network, prefix, 'ipv6');
}
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/**
 * Does this IP address lie inside: loopback, private, link-local (cloud metadata), carrier, reserved, multicast, or an IPv6
 * form that carries an IPv4 address? Text that is no IP address counts as inside.
 */
export function isInsideAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return inside.check(address, 'ipv4');
    case 6:
      return !globalUnicast.check(address, 'ipv6') || inside.check(address, 'ipv6');
    default:
      return true;
  }
}
