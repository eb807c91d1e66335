// The page's Content-Security-Policy, where it is what keeps the runtime out.

/** A violation is reported a moment after the request has failed. */
const REPORT_DELAY_MS = 100;

let origin: string;
let cure: string | undefined;

function heard({ blockedURI, effectiveDirective }: SecurityPolicyViolationEvent): void {
  const source = blockedURI === "wasm-eval" ? "'wasm-unsafe-eval'" : blockedURI.startsWith(origin) && origin;
  if (source) cure ||= `The page's Content-Security-Policy forbids it: add ${source} to ${effectiveDirective}.`;
}

/** Watches for violations that concern the gateway. */
export function watch(gateway: string): void {
  ({ origin } = new URL(gateway));
  document.addEventListener("securitypolicyviolation", heard);
}

/** Ends the watch. */
export function unwatch(): void {
  document.removeEventListener("securitypolicyviolation", heard);
}

/** Tells what to change in the policy, if it is to blame. */
export function cureFound(tell: (cure?: string) => void): void {
  setTimeout(() => {
    unwatch();
    tell(cure);
  }, REPORT_DELAY_MS);
}
