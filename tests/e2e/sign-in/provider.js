// An identity provider of its own process: its clock may go wrong. Its parent tells it what to do, one message at a time.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [issuer, home] = process.argv.slice(2);
const PEOPLE = { ada: ["support"], boss: ["cook", "boss"], cook: ["cook"] };

const now = Date.now.bind(Date);
let clock = 0;
Date.now = () => now() + clock;

let givesRefreshTokens = true;
let refreshed = 0;

/** What it remembers, over a change of keys too. */
const kept = new Map();
class Kept {
  constructor(kind) {
    this.kind = kind;
  }
  upsert = async (id, payload) => void kept.set(`${this.kind} ${id}`, payload);
  find = async (id) => kept.get(`${this.kind} ${id}`);
  findByUid = async (uid) => [...kept.values()].find((payload) => payload.uid === uid && payload.kind === this.kind);
  destroy = async (id) => void kept.delete(`${this.kind} ${id}`);
  consume = async (id) => void Object.assign(kept.get(`${this.kind} ${id}`), { consumed: Math.floor(Date.now() / 1000) });
  async revokeByGrantId(grant) {
    for (const [key, payload] of kept) if (payload.grantId === grant) kept.delete(key);
  }
}

function newKey() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "ES256" };
}

function client(id) {
  return {
    client_id: id,
    token_endpoint_auth_method: "none",
    application_type: "web",
    redirect_uris: [home],
    post_logout_redirect_uris: [home],
    grant_types: ["authorization_code", "refresh_token"],
    id_token_signed_response_alg: "ES256",
  };
}

function answering() {
  const provider = new Provider(issuer, {
    clients: ["docent-console", "another"].map(client),
    adapter: Kept,
    jwks: { keys },
    cookies: { keys: ["of-a-test"] },
    claims: { openid: ["sub"], profile: ["preferred_username", "roles"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, roles: PEOPLE[id] ?? [] }) }),
    issueRefreshToken: () => givesRefreshTokens,
    rotateRefreshToken: true,
    clientBasedCORS: (_, origin) => origin === new URL(home).origin,
    ttl: { IdToken: 300, AccessToken: 300, AuthorizationCode: 60, Interaction: 3600, Session: 3600, Grant: 3600, RefreshToken: 3600 },
  });
  provider.on("grant.success", ({ oidc }) => {
    if (oidc.params.grant_type === "refresh_token") refreshed += 1;
  });
  return provider.callback();
}

let keys = [newKey()];
let answer = answering();

const DEEDS = {
  rotate() {
    keys = [newKey()];
    answer = answering();
  },
  clock(seconds) {
    clock = seconds * 1000;
  },
  refreshTokens(given) {
    givesRefreshTokens = given;
  },
  refreshed: () => refreshed,
};

process.on("message", ({ deed, value }) => process.send({ result: DEEDS[deed](value) ?? null }));
process.on("disconnect", () => process.exit());
createServer((request, response) => answer(request, response)).listen(Number(new URL(issuer).port), "127.0.0.1", () => process.send("ready"));
