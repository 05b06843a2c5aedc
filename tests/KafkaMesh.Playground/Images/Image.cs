using System.Globalization;
using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Images;

/// <summary>An unpacked image and its configuration (OCI image configuration, <c>config</c>).</summary>
internal sealed class Image(string root, string configName, JsonObject config)
{
    /// <summary>Directory of the unpacked file system; never written after loading.</summary>
    public string Root { get; } = root;

    /// <summary>The digest that pods report as imageID.</summary>
    public string Id { get; } = "sha256:" + Path.GetFileNameWithoutExtension(configName);

    public IReadOnlyList<string> EntryPoint { get; } = Strings(config, "Entrypoint");

    public IReadOnlyList<string> Command { get; } = Strings(config, "Cmd");

    public IReadOnlyList<string> Environment { get; } = Strings(config, "Env");

    public string WorkingDirectory { get; } = config["WorkingDir"] is JsonValue v && v.GetValue<string>() is { Length: > 0 } directory ? directory : "/";

    /// <summary>The configured user, as in <c>65532</c>, <c>65532:65532</c> or <c>nobody</c>; empty for root.</summary>
    public string User { get; } = (string?)config[nameof(User)] ?? "";

    /// <summary>The user and group that the image asks for; the group is null when only /etc/passwd can tell. Null for a name that the image's /etc/passwd does not hold.</summary>
    public (uint User, uint Group)? ResolveUser()
    {
        var parts = User.Split(':');
        if (parts[0].Length == 0) return (0, 0);
        var entry = ReadPasswd().FirstOrDefault(fields => fields[0] == parts[0] || fields[2] == parts[0]);
        if (!uint.TryParse(entry?[2] ?? parts[0], CultureInfo.InvariantCulture, out var user)) return null;
        var group = parts.Length > 1 ? parts[1] : entry?[3] ?? "0";
        return uint.TryParse(group, CultureInfo.InvariantCulture, out var number) ? (user, number) : null;
    }

    /// <summary>The primary group of a numeric user in the image's /etc/passwd; 0 when it is not listed, as container runtimes do.</summary>
    public uint PrimaryGroup(uint user)
    {
        var id = user.ToString(CultureInfo.InvariantCulture);
        return ReadPasswd().FirstOrDefault(fields => fields[2] == id) is { } entry && uint.TryParse(entry[3], CultureInfo.InvariantCulture, out var group) ? group : 0;
    }

    /// <summary>The groups in which the image's /etc/group lists a user, who must have a name in its /etc/passwd.</summary>
    public IReadOnlyList<uint> SupplementaryGroups(uint user)
    {
        var id = user.ToString(CultureInfo.InvariantCulture);
        if (ReadPasswd().FirstOrDefault(fields => fields[2] == id) is not { } entry) return [];
        return [.. ReadDatabase("/etc/group").Where(fields => fields[3].Split(',').Contains(entry[0])).SelectMany(fields => uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var group) ? new[] { group } : [])];
    }

    private IEnumerable<string[]> ReadPasswd() => ReadDatabase("/etc/passwd");

    private IEnumerable<string[]> ReadDatabase(string file)
    {
        var path = Node.Launch.RootedPath.Resolve(Root, file);
        return File.Exists(path) ? File.ReadLines(path).Select(line => line.Split(':')).Where(fields => fields.Length >= 4) : [];
    }

    private static string[] Strings(JsonObject config, string name) => [.. (config[name] as JsonArray ?? []).Select(item => (string)item!)];
}
