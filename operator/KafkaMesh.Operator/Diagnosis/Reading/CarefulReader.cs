using System.Net;
using KafkaMesh.Kubernetes.Client;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>Turns what an API server refuses, or does not answer in time, into a sentence instead of an exception.</summary>
/// <param name="deadline">Ends the whole reading.</param>
/// <param name="stop">The user has had enough: this one is an exception.</param>
internal sealed class CarefulReader(CancellationToken deadline, CancellationToken stop)
{
    /// <summary>What reads give up by.</summary>
    public CancellationToken Deadline => deadline;

    /// <summary>Reads.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="what">What is read, for the sentence: <c>list pods</c>.</param>
    /// <param name="read">Reads it.</param>
    public async Task<Sight<T>> TryAsync<T>(string what, Func<Task<T?>> read)
        where T : class
    {
        try
        {
            return new Sight<T>(await read(), Problem: null);
        }
        catch (ApiException error)
        {
            return new Sight<T>(Value: null, Sentence(what, error));
        }
        catch (Exception error) when (error is OperationCanceledException or TimeoutException && !stop.IsCancellationRequested)
        {
            return new Sight<T>(Value: null, $"the API server did not answer in time ({what})");
        }
    }

    private static string Sentence(string what, ApiException error) => error.StatusCode switch
    {
        // Admission refuses with the same code, and in other words.
        HttpStatusCode.Forbidden when error.Message.Contains(" cannot ", StringComparison.Ordinal) => $"you have no right to {what}",
        HttpStatusCode.Unauthorized => "the API server does not accept your credentials",
        _ => error.Message.ReplaceLineEndings(" ").TrimEnd('.'),
    };
}
