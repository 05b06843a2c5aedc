using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Import;

/// <summary>
/// What one schema has that an older one has not, in lines to read: new keys, new versions with the fields they bring, layouts that
/// changed, error codes.
/// </summary>
internal static class SchemaChanges
{
    /// <summary>One line per change; empty when nothing differs.</summary>
    public static IReadOnlyList<string> Describe(SchemaSet before, SchemaSet after)
    {
        var lines = new List<string>();
        foreach (var api in after.Apis)
        {
            if (before.Apis.FirstOrDefault(old => old.Key == api.Key) is { } old) Describe(old, api, lines);
            else lines.Add($"+ {api.Key} {api.Name}: new API key, versions {api.Versions}");
        }

        lines.AddRange(before.Apis.Where(old => after.Apis.All(api => api.Key != old.Key)).Select(old => $"- {old.Key} {old.Name}: gone"));
        foreach (var (old, now) in Pairs(before.Headers.Concat(before.Data), after.Headers.Concat(after.Data))) DescribeVersions(now.Name, [old], [now], old.Versions, now.Versions, lines);
        DescribeErrors(before.Errors, after.Errors, lines);
        return lines;
    }

    /// <summary>Versions that the older schema has and the newer one lacks, by name of the API.</summary>
    public static IReadOnlyList<string> FindLost(SchemaSet before, SchemaSet after) =>
    [
        .. before.Apis
            .Select(old => (old, now: after.Apis.FirstOrDefault(api => api.Key == old.Key)))
            .Where(pair => pair.now is null || pair.now.Versions.Min > pair.old.Versions.Min || pair.now.Versions.Max < pair.old.Versions.Max)
            .Select(pair => $"{pair.old.Name} {(pair.now is null ? pair.old.Versions : Lost(pair.old.Versions, pair.now.Versions))}"),
    ];

    private static VersionRange Lost(VersionRange old, VersionRange now) => now.Min > old.Min ? new VersionRange(old.Min, (short)(now.Min - 1)) : new VersionRange((short)(now.Max + 1), old.Max);

    private static void Describe(ApiSpec old, ApiSpec now, List<string> lines)
    {
        if (old.Name != now.Name) lines.Add($"~ {now.Key} {now.Name}: was {old.Name}");
        DescribeVersions($"{now.Key} {now.Name} request", old.Requests, now.Requests, old.Versions, now.Versions, lines);
        DescribeVersions($"{now.Key} {now.Name} response", old.Responses, now.Responses, old.Versions, now.Versions, lines);
    }

    private static IEnumerable<(MessageSpec Old, MessageSpec Now)> Pairs(IEnumerable<MessageSpec> before, IEnumerable<MessageSpec> after) =>
        before.Join(after, old => old.Name, now => now.Name, (old, now) => (old, now));

    /// <summary>New versions against the one before them, others against what they were; versions that changed alike share a line.</summary>
    private static void DescribeVersions(string title, IReadOnlyList<MessageSpec> old, IReadOnlyList<MessageSpec> now, VersionRange oldVersions, VersionRange versions, List<string> lines)
    {
        var changes = new List<(int First, int Last, string Text)>();
        for (int version = versions.Min; version <= versions.Max; version++)
        {
            var isNew = !oldVersions.Contains(version);
            var reference = !isNew ? Fields(old, version) : version > versions.Min ? Fields(now, version - 1) : [];
            var difference = Difference(reference, Fields(now, version));
            if (difference.Length == 0 && !isNew) continue;
            var text = $"{(isNew ? "new" : "changed")}{(difference.Length == 0 ? ", no field differs" : difference)}";
            if (changes.Count > 0 && changes[^1].Last == version - 1 && changes[^1].Text == text) changes[^1] = changes[^1] with { Last = version };
            else changes.Add((version, version, text));
        }

        lines.AddRange(changes.Select(change => $"{(change.Text.StartsWith("new", StringComparison.Ordinal) ? '+' : '~')} {title} {new VersionRange((short)change.First, (short)change.Last)}: {change.Text}"));
    }

    private static string Difference(List<string> before, List<string> after)
    {
        var added = after.Except(before, StringComparer.Ordinal).Select(field => $"; + {field}");
        var removed = before.Except(after, StringComparer.Ordinal).Select(field => $"; - {field}");
        return string.Concat(added.Concat(removed));
    }

    /// <summary>Every field of a version with its path and what the wire needs to know about it.</summary>
    private static List<string> Fields(IReadOnlyList<MessageSpec> parts, int version)
    {
        var fields = new List<string>();
        if (parts.FirstOrDefault(part => part.Versions.Contains(version)) is not { } message) return fields;
        Add(message.Fields, "");
        return fields;

        void Add(IReadOnlyList<FieldSpec> children, string path)
        {
            foreach (var field in children.Where(field => field.Versions.Contains(version)))
            {
                fields.Add($"{path}{field.Name} {field.Type}{(field.Nullable.Contains(version) ? "?" : "")}{(field.Tagged.Contains(version) ? $" #{field.Tag}" : "")}");
                Add(field.Fields, $"{path}{field.Name}.");
            }
        }
    }

    private static void DescribeErrors(IReadOnlyList<KafkaError> before, IReadOnlyList<KafkaError> after, List<string> lines)
    {
        var known = before.ToDictionary(error => error.Code);
        foreach (var error in after)
        {
            if (!known.Remove(error.Code, out var old)) lines.Add($"+ error {error.Code} {error.Name}");
            else if (old.Name != error.Name) lines.Add($"~ error {error.Code} {error.Name}: was {old.Name}");
            else if (old.IsRetriable != error.IsRetriable) lines.Add($"~ error {error.Code} {error.Name}: {(error.IsRetriable ? "now" : "no longer")} retriable");
        }

        lines.AddRange(known.Values.Select(error => $"- error {error.Code} {error.Name}: gone"));
    }
}
