/** What every root of a mirror has beside the page's own sheets. `d` is the namespace of marks. */
export const AID = `
docent-script, docent-noscript, docent-base, docent-meta, docent-param { display: none !important }
docent-object, docent-embed, docent-applet, docent-frame { display: inline-block }
[d|blocked] {
  background: repeating-linear-gradient(-45deg, #8884 0 6px, #8882 6px 12px) !important;
  outline: 1px dashed #888 !important; outline-offset: -1px !important;
}
video::-webkit-media-controls { display: none !important }
:is(a, abbr, b, bdi, bdo, cite, code, data, em, font, i, kbd, label, mark, q, s, samp, small, span, strong, sub, sup, time, u, var)[d|box] {
  display: inline-block
}
[d|box] { min-width: 0 !important; min-height: 0 !important; box-sizing: border-box !important }
[d|fullscreen] {
  position: fixed !important; inset: 0 !important; width: 100% !important; height: 100% !important;
  margin: 0 !important; z-index: 2147483647 !important; object-fit: contain !important; background: #000;
}
`;
