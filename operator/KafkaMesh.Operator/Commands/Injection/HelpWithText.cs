using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>Help of a command followed by a text that is too long for the list of commands.</summary>
internal sealed class HelpWithText(string text) : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new();

    /// <summary>The option for a command.</summary>
    /// <param name="text">The text.</param>
    public static HelpOption Option(string text) => new() { Action = new HelpWithText(text) };

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = _help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(text);
        return code;
    }
}
