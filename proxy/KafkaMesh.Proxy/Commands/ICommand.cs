namespace KafkaMesh.Proxy.Commands;

/// <summary>One command of <c>kafkamesh-proxy</c>.</summary>
internal interface ICommand
{
    /// <summary>First word on the command line.</summary>
    string Name { get; }

    /// <summary>One sentence for the list of commands.</summary>
    string Summary { get; }

    /// <summary>Text of <c>--help</c>.</summary>
    string Help { get; }

    /// <summary>Runs to the end and returns the exit code (<see cref="ExitCode"/>).</summary>
    /// <param name="arguments">Without the command's name.</param>
    /// <param name="console">Where it writes, and its environment.</param>
    int Run(IReadOnlyList<string> arguments, CommandConsole console);
}
