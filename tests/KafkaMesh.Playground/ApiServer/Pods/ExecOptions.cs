namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>What to run inside a container, as PodExecOptions of core/v1 says.</summary>
/// <param name="Command">Program and arguments; never empty.</param>
/// <param name="Stdin">Whether standard input is connected.</param>
/// <param name="Stdout">Whether standard output is connected.</param>
/// <param name="Stderr">Whether standard error is connected (with a terminal it is part of standard output).</param>
/// <param name="Tty">Whether the process gets a terminal.</param>
internal sealed record ExecOptions(IReadOnlyList<string> Command, bool Stdin, bool Stdout, bool Stderr, bool Tty);
