using System.CommandLine;
using KafkaMesh.Operator.Manifests;

namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>The flags that <c>inject</c> and <c>uninject</c> have in common, named as kubectl names them.</summary>
/// <param name="defaultNamespace">What the help calls the default of <c>-n</c>.</param>
internal sealed class ManifestOptions(string defaultNamespace)
{
    /// <summary>-f.</summary>
    public Option<string[]> Files { get; } = new("--filename", "-f")
    {
        Description = "File, directory or - (standard input) with manifests, YAML or JSON; may be repeated",
        HelpName = "FILE|DIR|-",
        DefaultValueFactory = _ => [],
    };

    /// <summary>-R.</summary>
    public Option<bool> Recursive { get; } = new("--recursive", "-R") { Description = "Search directories to the bottom" };

    /// <summary>-n.</summary>
    public Option<string?> Namespace { get; } = new("--namespace", "-n") { Description = $"Namespace of objects that name none [default: {defaultNamespace}]", HelpName = "NAME" };

    /// <summary>-o.</summary>
    public Option<string?> Output { get; } = new("--output", "-o") { Description = "Format of the output: yaml or json [default: that of each document]", HelpName = "yaml|json" };

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Files);
        command.Options.Add(Recursive);
        command.Options.Add(Namespace);
        command.Options.Add(Output);
    }

    /// <summary>The format that <c>-o</c> names.</summary>
    /// <exception cref="UsageException">It names another.</exception>
    public ManifestFormat? Format(ParseResult result) => result.GetValue(Output) switch
    {
        null => null,
        "yaml" => ManifestFormat.Yaml,
        "json" => ManifestFormat.Json,
        var other => throw new UsageException($"--output: '{other}' is not accepted; it takes yaml or json"),
    };

    /// <summary>The files that <c>-f</c> names.</summary>
    /// <exception cref="UsageException">None is named, or standard input twice.</exception>
    public IReadOnlyList<string> FileNames(ParseResult result)
    {
        var names = result.GetValue(Files) ?? [];
        if (names.Length == 0)
            throw new UsageException("name the manifests with -f FILE, -f DIR or -f -");
        return names.Count(n => n == "-") <= 1 ? names : throw new UsageException("-f - reads standard input to its end and can be given once");
    }

    /// <summary>The namespace that <c>-n</c> names.</summary>
    /// <exception cref="UsageException">It is no namespace name.</exception>
    public string? NamespaceName(ParseResult result)
    {
        var name = result.GetValue(Namespace);
        return name is null || Configuration.OperatorSettings.IsDnsLabel(name) ? name : throw new UsageException($"--namespace: '{name}' is not accepted; it takes a namespace name");
    }
}
