using System.Security.Cryptography;
using System.Text;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Monitors;
using KafkaMesh.Operator.Admission.Monitors;

namespace KafkaMesh.Operator.Webhook;

/// <summary>
/// Divides the monitors into entries of the registration: as narrow as the number of monitors allows, because every
/// entry costs the API server work on every pod, and the registration has a bounded size.
/// </summary>
internal static class EntryScopes
{
    /// <summary>Up to so many monitors have an entry each.</summary>
    public const int MaxMonitors = 64;

    /// <summary>Up to so many namespaces have an entry each; beyond that one entry serves them all.</summary>
    public const int MaxNamespaces = 256;

    /// <summary>Up to so many namespaces are listed in one entry.</summary>
    public const int MaxListedNamespaces = 2048;

    private const int MaxNameLength = 253;

    /// <summary>The divisions that may be used, narrowest first. A caller takes the first that fits.</summary>
    /// <param name="monitors">Monitors that may be registered.</param>
    public static IEnumerable<IReadOnlyList<EntryScope>> Candidates(IReadOnlyList<MonitorCandidate> monitors)
    {
        var ordered = monitors.OrderBy(m => m.Namespace, StringComparer.Ordinal).ThenBy(m => m.Name, StringComparer.Ordinal).ToList();
        if (ordered.Count <= MaxMonitors)
            yield return [.. ordered.Select(OfMonitor)];

        // A shared entry matches pods that no monitor selects. With failurePolicy Fail they could not start while the
        // webhook is away, so a shared entry is always Ignore and the monitors that ask for Fail keep their own.
        var strict = ordered.Where(IsStrict).OrderBy(m => m.CreationTimestamp, StringComparer.Ordinal).Take(MaxMonitors).ToHashSet();
        var shared = ordered.Where(m => !strict.Contains(m)).ToList();
        IReadOnlyList<EntryScope> own = [.. ordered.Where(strict.Contains).Select(OfMonitor)];
        var namespaces = shared.GroupBy(m => m.Namespace, StringComparer.Ordinal).ToList();
        if (namespaces.Count <= MaxNamespaces)
            yield return [.. own, .. namespaces.Select(OfNamespace)];
        if (shared.Count > 0)
            yield return [.. own, OfAll(shared)];
        yield return [OfAll(ordered)];
    }

    /// <summary>Whether a monitor asks for failurePolicy Fail and its entry does not give it.</summary>
    public static bool IsWeakened(MonitorCandidate monitor, EntryScope scope) => IsStrict(monitor) && scope.FailurePolicy != WebhookFailurePolicy.Fail;

    private static bool IsStrict(MonitorCandidate monitor) => monitor.Spec.FailurePolicy == WebhookFailurePolicy.Fail;

    private static EntryScope OfMonitor(MonitorCandidate monitor) =>
        new(
            Name($"{monitor.Name}.{monitor.Namespace}.inject"),
            [monitor.Namespace],
            monitor.Spec.Selector,
            IsStrict(monitor) ? WebhookFailurePolicy.Fail : WebhookFailurePolicy.Ignore,
            [monitor]);

    private static EntryScope OfNamespace(IGrouping<string, MonitorCandidate> monitors) =>
        new(Name($"{monitors.Key}.inject-namespace"), [monitors.Key], Selector: null, WebhookFailurePolicy.Ignore, [.. monitors]);

    private static EntryScope OfAll(IReadOnlyList<MonitorCandidate> monitors)
    {
        var namespaces = monitors.Select(m => m.Namespace).Distinct(StringComparer.Ordinal).ToList();
        return new EntryScope(Name("inject-all"), namespaces.Count <= MaxListedNamespaces ? namespaces : [], Selector: null, WebhookFailurePolicy.Ignore, monitors);
    }

    // A name of at least three labels that is unique and no longer than a DNS name.
    private static string Name(string subject)
    {
        var name = $"{subject}.{WellKnownNames.Group}";
        if (name.Length <= MaxNameLength)
            return name;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        return $"{Convert.ToHexStringLower(hash.AsSpan(0, 16))}.inject.{WellKnownNames.Group}";
    }
}
