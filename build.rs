//! Tells the compiler which style sheet goes into the widget: the one `cargo xtask build` has minified, else the source.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DOCENT_STYLE_MINIFIED");
    let style = std::env::var("DOCENT_STYLE_MINIFIED").unwrap_or_else(|_| {
        let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        format!("{root}/src/ui/style.css")
    });
    println!("cargo::rustc-env=DOCENT_STYLE={style}");
}
