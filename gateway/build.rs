//! Rebuilds the program when the widget inside it changes. Only a release holds it; other builds read the directory.

use std::{env, fs};

const WIDGET: &str = "../dist/widget";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    // Cargo takes a path that is not there for one that always changes.
    if release && fs::create_dir_all(WIDGET).is_ok() {
        println!("cargo::rerun-if-changed={WIDGET}");
    }
}
