using Serilog;

namespace KafkaMesh.Operator.Hosting;

/// <summary>Says once that something fails and once that it works again; the repetitions in between would only fill the log.</summary>
internal sealed class OutageLog(ILogger log, string subject)
{
    private bool _failing;

    /// <summary>It failed.</summary>
    public void Failed(string error)
    {
        if (_failing)
            log.Debug("{Subject}: {Error}", subject, error);
        else
            log.Warning("{Subject}: {Error} Trying again", subject, error);
        _failing = true;
    }

    /// <summary>It worked.</summary>
    public void Worked()
    {
        if (_failing)
            log.Information("{Subject}: works again", subject);
        _failing = false;
    }
}
