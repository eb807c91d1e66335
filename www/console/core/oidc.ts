import * as oauth from "oauth4webapi";
import { send } from "./api";
import { isObject, parse, text } from "./wire";

/** The identity provider, as the gateway tells of it. */
export interface Provider {
  name: string;
  issuer: string;
  clientId: string;
  scope: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  endSessionEndpoint?: string;
}

/** What the provider gives for a sign-in, or for a refresh token. */
export interface Given {
  idToken?: string;
  refreshToken?: string;
}

/** A sign-in that has begun in this tab. */
export interface Pending {
  issuer: string;
  state: string;
  nonce: string;
  verifier: string;
  /** The address' query to come back to. */
  back: string;
}

const PENDING = "docent.oidc.pending";
/** The gateway's clock decides whether a token is good now; this machine's may be wrong by so many seconds. */
const TOLERANCE = 86_400;
/** What the gateway takes. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];

/** The provider that the gateway's configuration names. */
export async function findProvider(base: string): Promise<Provider | undefined> {
  const { provider } = await send(base, "oidc");
  return readProvider(provider);
}

export function readProvider(value: unknown): Provider | undefined {
  if (!isObject(value)) return undefined;
  const [name, issuer, clientId, scope] = [value.name, value.issuer, value.clientId, value.scope].map(text);
  const [authorizationEndpoint, tokenEndpoint] = [value.authorizationEndpoint, value.tokenEndpoint].map(text);
  if (!name || !issuer || !clientId || !scope || !authorizationEndpoint || !tokenEndpoint) return undefined;
  const endSessionEndpoint = text(value.endSessionEndpoint);
  const found = { name, issuer, clientId, scope, authorizationEndpoint, tokenEndpoint };
  return endSessionEndpoint ? { ...found, endSessionEndpoint } : found;
}

/** Where the provider sends agents back to. */
function home(): string {
  return new URL(location.pathname, location.origin).href;
}

/** Leaves for the provider; it leads back here, to what stands in the address now. */
export async function leaveFor(provider: Provider): Promise<void> {
  const verifier = oauth.generateRandomCodeVerifier();
  const pending: Pending = {
    issuer: provider.issuer,
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier,
    back: location.search,
  };
  const url = new URL(provider.authorizationEndpoint);
  const asked = {
    response_type: "code",
    client_id: provider.clientId,
    redirect_uri: home(),
    scope: provider.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  location.assign(url);
}

/** Leaves for the page where the provider ends its own session, if it has one. No token stands in the address. */
export function leaveForGood(provider: Provider): void {
  if (!provider.endSessionEndpoint) return;
  const url = new URL(provider.endSessionEndpoint);
  url.searchParams.set("client_id", provider.clientId);
  url.searchParams.set("post_logout_redirect_uri", home());
  location.assign(url);
}

/** What the provider answered. */
export interface Answer {
  parameters: URLSearchParams;
  /** `undefined` where this tab did not ask. */
  pending?: Pending;
}

/** The provider's answer, where the address holds one. It is gone from the address then. */
export function takeAnswer(): Answer | undefined {
  const parameters = new URLSearchParams(location.search);
  if (!parameters.has("state") || !(parameters.has("code") || parameters.has("error"))) return undefined;
  const pending = readPending(parse(sessionStorage.getItem(PENDING) ?? ""));
  sessionStorage.removeItem(PENDING);
  history.replaceState(null, "", location.pathname + (pending?.back ?? ""));
  return pending ? { parameters, pending } : { parameters };
}

function readPending(value: unknown): Pending | undefined {
  if (!isObject(value)) return undefined;
  const [issuer, state, nonce, verifier] = [value.issuer, value.state, value.nonce, value.verifier].map(text);
  return issuer && state && nonce && verifier ? { issuer, state, nonce, verifier, back: text(value.back) ?? "" } : undefined;
}

/** Fetches the tokens that the provider's answer is good for. */
export async function fetchTokens(provider: Provider, parameters: URLSearchParams, pending: Pending): Promise<Given> {
  const [server, client] = [serverOf(provider), clientOf(provider)];
  const checked = oauth.validateAuthResponse(server, client, parameters, pending.state);
  const none = oauth.None();
  const response = await oauth.authorizationCodeGrantRequest(server, client, none, checked, home(), pending.verifier, options(provider));
  const wanted = { expectedNonce: pending.nonce, requireIdToken: true };
  return given(await oauth.processAuthorizationCodeResponse(server, client, response, wanted));
}

/** Fetches new tokens. */
export async function refreshTokens(provider: Provider, refreshToken: string): Promise<Given> {
  const [server, client] = [serverOf(provider), clientOf(provider)];
  const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options(provider));
  return given(await oauth.processRefreshTokenResponse(server, client, response));
}

/** Whether asking the provider again may help. */
export function isPassing(error: unknown): boolean {
  if (error instanceof oauth.ResponseBodyError) return error.status >= 500 || error.status === 429;
  // What is no answer of the token endpoint's comes from something in between.
  if (error instanceof oauth.OperationProcessingError) return error.code === oauth.RESPONSE_IS_NOT_CONFORM;
  return true;
}

/** What went wrong at the provider, in its own words. */
export function explain(error: unknown): string | undefined {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    return error.error_description ?? error.error;
  }
  return error instanceof oauth.OperationProcessingError ? error.message : undefined;
}

function given(response: oauth.TokenEndpointResponse): Given {
  const { id_token: idToken, refresh_token: refreshToken } = response;
  return { ...(idToken ? { idToken } : {}), ...(refreshToken ? { refreshToken } : {}) };
}

function serverOf(provider: Provider): oauth.AuthorizationServer {
  return {
    issuer: provider.issuer,
    token_endpoint: provider.tokenEndpoint,
    id_token_signing_alg_values_supported: ALGORITHMS,
  };
}

function clientOf(provider: Provider): oauth.Client {
  return { client_id: provider.clientId, [oauth.clockTolerance]: TOLERANCE };
}

/** The gateway lets http pass only where the provider is on this machine. */
function options(provider: Provider): oauth.TokenEndpointRequestOptions {
  const isHere = provider.tokenEndpoint.startsWith("http://");
  return { [oauth.allowInsecureRequests]: isHere, signal: () => AbortSignal.timeout(15_000) };
}
