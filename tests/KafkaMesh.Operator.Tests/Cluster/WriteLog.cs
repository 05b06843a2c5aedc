using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>Who wrote what into an API server, in the order in which it was taken: what was refused, or came too late for the version that it names, is not there.</summary>
internal sealed class WriteLog : IValidator
{
    private readonly Lock _gate = new();
    private readonly List<(string User, string Resource)> _writes = [];

    /// <summary>What only the leader may write: statuses, ledgers and the webhook registration.</summary>
    public IReadOnlyList<(string User, string Resource)> OfLeaders
    {
        get
        {
            lock (_gate)
                return [.. _writes.Where(write => write.Resource is "kafkamonitors/status" or "configmaps/" or "mutatingwebhookconfigurations/")];
        }
    }

    /// <summary>The parts of an API server, with every write noted. Validators are the last that are asked about a write.</summary>
    public ApiServerPolicy Around(ApiServerPolicy policy) => policy with { Stages = policy.Stages with { Validators = [.. policy.Stages.Validators, this] } };

    /// <inheritdoc/>
    public void Validate(WriteContext context, JsonObject? old, JsonObject obj, List<StatusCause> causes)
    {
        if (causes.Count > 0 || context.DryRun)
            return;
        lock (_gate)
            _writes.Add((context.User.Name, $"{context.Kind.Plural}/{context.Subresource}"));
    }
}
