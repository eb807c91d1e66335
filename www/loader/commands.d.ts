// Made by `cargo xtask types` from protocol/src/registry.rs.

/** Turns the visitor's chat input off (`true`) or on (`false`). It lasts over reloads and tabs. */
export interface DisableChatInput {
  /** Whether the input is off. */
  value: boolean;
}

/** What `disableChatInput` answers. */
export interface DisableChatInputReply {
  /** Whether the input is off. */
  value: boolean;
}

/** Takes the visitor to another page of the same origin, after asking where the site wants it so. */
export interface NavigateTo {
  /** Where to; resolved as a link on the page would be. */
  url: string;
}

/** What `navigateTo` answers. */
export interface NavigateToReply {
  /** The URL as it was given. */
  url: string;
}

/** Draws a square with a label round an element or a rectangle, until it is replaced, cleared or used. */
export interface HighlightDom {
  /** XPath 1.0 against the document; the first match is taken. Empty to use `rect`. */
  selector: string;
  /** Plain text beside the square. */
  label?: string;
  /** The colours. */
  colors?: {
    /** The label's background. Default yellow. */
    background?: string;
    /** The square. Default red. */
    square?: string;
    /** The label's text. Default black. */
    label?: string;
  };
  /** The rectangle, where `selector` is empty. */
  rect?: {
    /** From the viewport's top. */
    top: string | number;
    /** From the viewport's left. */
    left: string | number;
    /** How wide. */
    width: string | number;
    /** How high. */
    height: string | number;
  };
}

/** What `highlightDom` answers. */
export interface HighlightDomReply {}

/** Removes the highlight. */
export interface ClearHighlight {}

/** What `clearHighlight` answers. */
export interface ClearHighlightReply {}

/** Asks the visitor to share the page, starts sharing where the site's policy allows it unasked, or ends it. */
export interface InitiateCoBrowse {
  /** What is wanted. */
  coBrowseState: "requestPermission" | "active" | "disabled";
}

/** What `initiateCoBrowse` answers. */
export interface InitiateCoBrowseReply {
  /** What is now. */
  coBrowseState: "active" | "disabled";
}

/** Calls a function of the page's `window.pzl.api`. */
export interface CallVisitorApi {
  /** The function's name. */
  functionName: string;
  /** What it is called with. */
  args?: unknown[];
}

/** What `callVisitorApi` answers. */
export interface CallVisitorApiReply {
  /** What it returned; `null` for nothing. */
  result: unknown;
}

/** Tells the visitor's time. */
export interface GetLocalTime {}

/** What `getLocalTime` answers. */
export interface GetLocalTimeReply {
  /** The instant, RFC 3339 UTC with milliseconds. */
  value: string;
  /** The visitor's time zone, an IANA name. */
  timeZone: string;
  /** Local time less UTC, in minutes. */
  utcOffset: number;
}

/** Tells the value of a form field, or the text of another element. Masked ones are not told. */
export interface GetElementValue {
  /** XPath 1.0 against the document; the first match is taken. */
  selector: string;
}

/** What `getElementValue` answers. */
export interface GetElementValueReply {
  /** The value or text. */
  value: string;
}

/** Tells the page's DOM as HTML, masked, while the visitor shares the page. */
export interface GetCoBrowseDom {}

/** What `getCoBrowseDom` answers. */
export interface GetCoBrowseDomReply {
  /** The HTML. */
  value: string;
}

/** Tells where the visitor is. */
export interface GetPageInfo {}

/** What `getPageInfo` answers. */
export interface GetPageInfoReply {
  /** The page's address. */
  url: string;
  /** The page's title. */
  title: string;
  /** Where the visitor came from; empty where unknown. */
  referrer: string;
  /** The viewport. */
  viewport: {
    /** How wide. */
    width: number;
    /** How high. */
    height: number;
  };
  /** The browser's language. */
  language: string;
}

/** Tells what this page can be asked, what the site's policy allows, and with which parameters. */
export interface GetCapabilities {}

/** What `getCapabilities` answers. */
export interface GetCapabilitiesReply {
  /** The runtime's version. */
  version: string;
  /** One entry a row: `type`, `dataType`, `allowed`, `params` (JSON Schema). */
  commands: unknown;
  /** The functions of `window.pzl.api` that may be called now. */
  functions: (string)[];
}

/** Every command by its `type`. */
export interface Commands {
  disableChatInput: { params: DisableChatInput; reply: DisableChatInputReply };
  navigateTo: { params: NavigateTo; reply: NavigateToReply };
  highlightDom: { params: HighlightDom; reply: HighlightDomReply };
  clearHighlight: { params: ClearHighlight; reply: ClearHighlightReply };
  initiateCoBrowse: { params: InitiateCoBrowse; reply: InitiateCoBrowseReply };
  callVisitorApi: { params: CallVisitorApi; reply: CallVisitorApiReply };
}

/** Every request by its `type`. */
export interface InfoRequests {
  getLocalTime: { params: GetLocalTime; reply: GetLocalTimeReply };
  getElementValue: { params: GetElementValue; reply: GetElementValueReply };
  getCoBrowseDom: { params: GetCoBrowseDom; reply: GetCoBrowseDomReply };
  getPageInfo: { params: GetPageInfo; reply: GetPageInfoReply };
  getCapabilities: { params: GetCapabilities; reply: GetCapabilitiesReply };
}
