//! The `docent` command.

fn main() -> std::process::ExitCode {
    docent_gateway::cli::main()
}
