namespace KafkaMesh.Kubernetes.Client;

/// <summary>Hooks for a client's figures. Called on the requesting thread: implementations only count.</summary>
public interface IClientMetrics
{
    /// <summary>An attempt at a request ended; a call that the client repeats counts each time.</summary>
    /// <param name="verb">Kubernetes verb: get, list, watch, create, update, patch or delete.</param>
    /// <param name="resource">Plural name, or the first path segment for other calls.</param>
    /// <param name="statusCode">HTTP status; 0 when there was no answer.</param>
    /// <param name="duration">From sending to the whole answer; for a watch to its header.</param>
    void RequestCompleted(string verb, string resource, int statusCode, TimeSpan duration);

    /// <summary>An informer listed anew.</summary>
    /// <param name="resource">Plural name.</param>
    /// <param name="reason"><c>start</c>, <c>expired</c> or <c>failed</c>.</param>
    void Relisted(string resource, string reason);

    /// <summary>A watch ended.</summary>
    /// <param name="resource">Plural name.</param>
    /// <param name="reason"><c>closed</c>, <c>expired</c>, <c>stalled</c> or <c>failed</c>.</param>
    void WatchEnded(string resource, string reason);
}
