//! Every job of this tree: `cargo xtask COMMAND`. A command is a file here.

mod api;
mod bench;
mod build;
mod bundle;
mod codes;
mod compress;
mod demo;
mod e2e;
mod glue;
mod held;
mod names;
mod project;
mod python;
mod run;
mod size;
mod stamp;
mod test;
mod tidy;
mod tools;
mod tree;
mod types;
mod widget;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Every job of this tree. Each command installs what it needs first, and says so.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Bench(bench::Bench),
    Build(build::Build),
    Demo(demo::Demo),
    E2e(e2e::E2e),
    Size(size::Size),
    Test(test::Test),
    Tidy(tidy::Tidy),
    Tools(tools::Tools),
    Types(types::Types),
}

fn main() -> ExitCode {
    let result = project::Project::open().and_then(|project| match Cli::parse().command {
        Command::Bench(bench) => bench.run(&project),
        Command::Build(build) => build.run(&project),
        Command::Demo(demo) => demo.run(&project),
        Command::E2e(e2e) => e2e.run(&project),
        Command::Size(size) => size.run(&project),
        Command::Test(test) => test.run(&project),
        Command::Tidy(tidy) => tidy.run(&project),
        Command::Tools(tools) => tools.run(&project),
        Command::Types(types) => types.run(&project),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
