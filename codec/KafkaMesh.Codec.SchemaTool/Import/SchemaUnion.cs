using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.SchemaTool.Import;

/// <summary>
/// Joins the definitions of several releases, newest first: a version is described by the first release that has it. So the
/// schema keeps versions that later releases removed, and early-access layouts that changed give way to the final ones.
/// </summary>
internal sealed class SchemaUnion(IReadOnlyList<KafkaLayer> layers)
{
    private static readonly string[] HeaderNames = ["RequestHeader", "ResponseHeader"];
    private static readonly string[] DataNames = ["ConsumerProtocolSubscription", "ConsumerProtocolAssignment"];

    /// <summary>Joins everything.</summary>
    /// <param name="names">Names of API keys that differ from their messages' names.</param>
    /// <param name="errors">The error codes.</param>
    /// <exception cref="SchemaException">A key lacks a message or its request and response have different versions.</exception>
    public SchemaSet Join(IReadOnlyDictionary<short, string> names, IReadOnlyList<KafkaError> errors)
    {
        var keys = layers.SelectMany(layer => layer.Messages).Where(message => message.ApiKey >= 0).Select(message => message.ApiKey).Distinct().Order();
        return new SchemaSet(
            [.. keys.Select(key => JoinApi(key, names))],
            [.. HeaderNames.Select(JoinNamed)],
            [.. DataNames.Select(JoinNamed)],
            errors);
    }

    private ApiSpec JoinApi(short key, IReadOnlyDictionary<short, string> names)
    {
        var requests = JoinParts(layers.SelectMany(layer => layer.Find(MessageType.Request, key)));
        var responses = JoinParts(layers.SelectMany(layer => layer.Find(MessageType.Response, key)));
        if (requests.Count == 0 || responses.Count == 0) throw new SchemaException($"api key {key}: no layer has its request or its response.");

        var name = names.TryGetValue(key, out var given) ? given : requests[0].Name[..^"Request".Length];
        var api = new ApiSpec(key, name, requests, responses);
        for (var version = api.Versions.Min; version <= api.Versions.Max; version++)
        {
            if (!requests.Any(part => part.Versions.Contains(version)) || !responses.Any(part => part.Versions.Contains(version)))
                throw new SchemaException($"api key {key} ({name}): no layer describes both halves of version {version}.");
        }

        return api;
    }

    private MessageSpec JoinNamed(string name)
    {
        var parts = JoinParts(layers.SelectMany(layer => layer.Find(name)));
        if (parts.Count == 0) throw new SchemaException($"{name}: no layer defines it.");

        // One definition for all versions: headers and data only ever gained fields, so an older release that still has all of them serves.
        var all = new VersionRange(parts.Min(part => part.Versions.Min), parts.Max(part => part.Versions.Max));
        return layers.SelectMany(layer => layer.Find(name)).FirstOrDefault(message => message.Versions == all)
            ?? throw new SchemaException($"{name}: no layer has all of its versions {all}.");
    }

    /// <summary>Cuts the layers' definitions into parts that do not overlap, highest versions first.</summary>
    private static List<MessageSpec> JoinParts(IEnumerable<MessageSpec> definitions)
    {
        var parts = new List<MessageSpec>();
        foreach (var definition in definitions)
        {
            foreach (var free in FreeRanges(definition.Versions, parts)) parts.Add(definition.Within(free));
        }

        return [.. parts.OrderByDescending(part => part.Versions.Min)];
    }

    private static List<VersionRange> FreeRanges(VersionRange versions, IReadOnlyList<MessageSpec> taken)
    {
        var free = new List<VersionRange>();
        for (var version = versions.Min; version <= versions.Max; version++)
        {
            if (taken.Any(part => part.Versions.Contains(version))) continue;
            if (free.Count > 0 && free[^1].Max == version - 1) free[^1] = new VersionRange(free[^1].Min, version);
            else free.Add(new VersionRange(version, version));
        }

        return free;
    }
}
