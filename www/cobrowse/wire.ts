// Made by `cargo xtask types` from protocol/src/cobrowse.rs, where everything is explained.

export const enum Flag {
  Snapshot = 1,
  More = 2,
  Quirks = 1,
}

export const enum Format {
  Plain = 0,
  Deflated = 1,
}

export const enum Space {
  Html = 0,
  Svg = 1,
  Math = 2,
}

export const enum Token {
  End = 0,
  Text = 1,
  Id = 2,
  Shadow = 3,
  Frame = 4,
  Content = 5,
  Pause = 6,
  Element = 8,
}

export const enum Op {
  Snapshot = 1,
  More = 2,
  Reset = 3,
  Insert = 4,
  Move = 5,
  Remove = 6,
  Detach = 7,
  Attr = 8,
  AttrSplice = 9,
  AttrGone = 10,
  Text = 11,
  Value = 12,
  State = 13,
  Scroll = 14,
  View = 15,
  Pointer = 16,
  Click = 17,
  Focus = 18,
  Select = 19,
  Sheet = 20,
  Own = 21,
  Adopt = 22,
  Rules = 23,
  SheetState = 24,
  SheetText = 25,
  Still = 26,
  Box = 27,
  Page = 28,
  Paused = 29,
  End = 30,
  AttrLike = 31,
  TextLike = 32,
  Base = 33,
  Defined = 34,
}

export const enum State {
  Checked = 1,
  Indeterminate = 2,
  Selected = 4,
  Modal = 8,
  Popover = 16,
  Fullscreen = 32,
  Masked = 64,
  Blocked = 128,
}

export const enum Sheet {
  Url = 0,
  Text = 1,
  Hash = 2,
  Rules = 3,
}

export const enum Ask {
  Pointer = 1,
  PointerOff = 2,
  Snapshot = 3,
  Need = 4,
}

/** Names of elements and attributes that every decoder knows. */
export const NAMES: readonly string[] =
  "class style id href src d transform div span a p li ul td tr img button input label svg path g use title alt width height fill viewBox type name for role aria-label aria-hidden tabindex dir lang disabled hidden h1 h2 h3 h4 h5 h6 i b em strong small code pre table tbody thead tfoot th colspan rowspan section article header footer nav main aside form select option optgroup textarea fieldset legend placeholder rel media link script meta html head body br hr ol dl dt dd blockquote figure figcaption picture source srcset sizes video audio canvas iframe template slot details summary dialog open popover time datetime sup sub abbr cite q kbd mark rect circle line x y cx cy r x1 y1 x2 y2 rx ry points polygon polyline ellipse text tspan defs clipPath mask pattern linearGradient radialGradient stop offset stop-color gradientUnits stroke stroke-width stroke-linecap stroke-linejoin fill-rule clip-rule clip-path opacity xmlns xlink:href preserveAspectRatio xml:space noscript base area map col colgroup caption address data output progress meter datalist object embed var samp ins del u s wbr bdi bdo ruby rt rp hgroup menu search part exportparts readonly required checked multiple rows cols min max step maxlength size draggable contenteditable target scope start align valign bgcolor border cellpadding cellspacing aria-expanded aria-controls aria-labelledby aria-describedby aria-current aria-haspopup aria-selected aria-live math mi mo mn mrow mfrac msup msub font center".split(" ");
