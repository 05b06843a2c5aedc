using System.Text;
using KafkaMesh.Proxy.Configuration;

namespace KafkaMesh.Proxy.Commands;

/// <summary>Chooses the command and answers <c>--help</c> and <c>--version</c>.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that the first argument names.</summary>
    public static int Run(IReadOnlyList<string> arguments, IReadOnlyList<ICommand> commands, CommandConsole console)
    {
        if (arguments.Count == 0)
        {
            return console.Fail(ExitCode.Usage, $"no command: accepted are {Names(commands)} (--help tells more)");
        }

        if (arguments[0] is "--help" or "-h" or "help")
        {
            console.Out.Write(Overview(commands));
            return ExitCode.Success;
        }

        if (arguments[0] == "--version")
        {
            console.Out.WriteLine(Version);
            return ExitCode.Success;
        }

        if (Find(commands, arguments[0]) is not { } chosen)
        {
            return console.Fail(ExitCode.Usage, $"'{string.Concat(arguments[0].Where(c => !char.IsControl(c)))}' is no command: accepted are {Names(commands)}");
        }

        if (arguments.Contains("--help") || arguments.Contains("-h"))
        {
            console.Out.Write(chosen.Help);
            return ExitCode.Success;
        }

        return chosen.Run([.. arguments.Skip(1)], console);
    }

    /// <summary>Version of this program.</summary>
    public static string Version => typeof(CommandLine).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Help of a command, from its flags.</summary>
    public static string Describe(string usage, string summary, IEnumerable<Flag> flags)
    {
        var text = new StringBuilder($"Usage: kafkamesh-proxy {usage}\n\n{summary}\n\n");
        foreach (Flag flag in flags)
        {
            string byDefault = flag.Default is null ? "" : $" (default {flag.Default})";
            text.Append($"  {flag.Option}{(flag.IsList ? "..." : "")}  {flag.Variable}\n");
            text.Append($"      {flag.Description}{byDefault}.\n      Accepted: {flag.Accepts}.\n");
        }

        return text.ToString();
    }

    private static string Names(IReadOnlyList<ICommand> commands) => string.Join(", ", commands.Select(command => command.Name));

    private static ICommand? Find(IReadOnlyList<ICommand> commands, string name)
    {
        foreach (ICommand command in commands)
        {
            if (command.Name == name)
            {
                return command;
            }
        }

        return null;
    }

    private static string Overview(IReadOnlyList<ICommand> commands)
    {
        var text = new StringBuilder("Usage: kafkamesh-proxy COMMAND [--flag value]...\n\n");
        foreach (ICommand command in commands)
        {
            text.Append($"  {command.Name,-8}{command.Summary}\n");
        }

        return text.Append("\nEach flag of run, init, cleanup and wait has an environment variable KAFKAMESH_<FLAG>; the flag wins. 'COMMAND --help' lists them.\n").ToString();
    }
}
