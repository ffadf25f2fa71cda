// A real OpenID provider on this machine, for the tests only: keys are made at start and forgotten at the end.
// node provider.mjs <folder with node_modules> <audience>
// Writes one JSON line with its issuer. A line "rotate" on stdin replaces all keys, and it answers "rotated".
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [folder, audience] = process.argv.slice(2);
const entry = createRequire(join(folder, 'package.json')).resolve('oidc-provider');
const { Provider } = await import(pathToFileURL(entry));

const ALGORITHMS = ['RS256', 'PS256', 'ES256'];
let generation = 0;

function makeKeys() {
  generation += 1;
  return ALGORITHMS.map((alg) => {
    const { privateKey } = alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
    return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: `${alg.toLowerCase()}-${generation}` };
  });
}

function makeProvider(issuer) {
  const provider = new Provider(issuer, {
    jwks: { keys: makeKeys() },
    cookies: { keys: ['tests-only'] },
    // One client for each algorithm, so that a test names the algorithm by the client it logs in as.
    clients: ALGORITHMS.map((alg) => ({
      client_id: `systeem-${alg.toLowerCase()}`,
      client_secret: 'voorbeeld-geheim-alleen-voor-tests',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    })),
    scopes: ['zaken.lezen'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource, client) => ({
          scope: 'zaken.lezen',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: client.clientId.replace('systeem-', '').toUpperCase() } },
        }),
        defaultResource: () => audience,
      },
    },
    extraTokenClaims: () => ({
      roles: ['leerlingadministratie', 'een_rol_die_niet_bestaat'],
      organisation: 'brin:99XX00',
      acr: 'http://eidas.europa.eu/LoA/substantial',
    }),
  });
  return provider.callback();
}

let answer;
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  answer = makeProvider(issuer);
  console.log(JSON.stringify({ issuer }));
  createInterface({ input: process.stdin }).on('line', (line) => {
    if (line === 'rotate') {
      answer = makeProvider(issuer);
      console.log(JSON.stringify({ rotated: generation }));
    }
  }).on('close', () => process.exit(0)); // the test process is gone
});
