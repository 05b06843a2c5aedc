using KafkaMesh.Contracts;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Commands.OperatorApi;
using KafkaMesh.Operator.Configuration;

namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>What is tapped: a pod, all pods of a KafkaMonitor, or whichever of the two has that name.</summary>
/// <param name="Kind"><c>pods</c> or <c>monitors</c>, as the API's paths write it; null for whichever there is.</param>
/// <param name="Name">The name.</param>
internal sealed record TapTarget(string? Kind, string Name)
{
    private const string Pods = "pods";
    private const string Monitors = "monitors";

    /// <summary>Whether it is a pod.</summary>
    public bool IsPod => Kind == Pods;

    /// <summary>Reads <c>NAME</c>, <c>pod/NAME</c> or <c>kafkamonitor/NAME</c>, as kubectl writes them.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static TapTarget Parse(string text)
    {
        var (kind, name) = text.Split('/') switch
        {
            [var only] => ("", only),
            [var prefix, var rest] => (prefix, rest),
            _ => ("?", text),
        };
        string? read = kind switch
        {
            "" => null,
            "pod" or "pods" or "po" => Pods,
            WellKnownNames.Singular or WellKnownNames.Plural or WellKnownNames.ShortName or "monitor" => Monitors,
            _ => throw Wrong(),
        };
        return name.Length <= 253 && name.Split('.').All(OperatorSettings.IsDnsLabel) ? new TapTarget(read, name) : throw Wrong();

        UsageException Wrong() => new($"'{text}' is no pod or KafkaMonitor; write NAME, pod/NAME or {WellKnownNames.Singular}/NAME");
    }

    /// <summary>Finds out which of the two there is, where that was not said: a KafkaMonitor first.</summary>
    public async Task<TapTarget> ResolveAsync(OperatorClient client, string namespaceName, CancellationToken cancellationToken)
    {
        if (Kind is not null)
            return this;
        try
        {
            await client.GetAsync($"api/v1/namespaces/{namespaceName}/{Monitors}/{Name}?limit=1", cancellationToken);
            return this with { Kind = Monitors };
        }
        catch (OperatorApiException error) when (error.ExitCode == OperatorApiException.ExitNotFound)
        {
            return this with { Kind = Pods };
        }
    }

    /// <summary>Path of its tap.</summary>
    public string Path(string namespaceName) => $"api/v1/namespaces/{namespaceName}/{Kind}/{Name}/tap";
}
