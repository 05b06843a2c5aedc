using Microsoft.Extensions.Hosting;

namespace KafkaMesh.Operator.Hosting;

/// <summary>Leaves signals to the operator, which goes on serving for a while after SIGTERM.</summary>
internal sealed class NoHostLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
