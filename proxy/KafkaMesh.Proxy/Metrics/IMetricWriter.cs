namespace KafkaMesh.Proxy.Metrics;

/// <summary>Receives metric families and their samples, in whatever form it writes them.</summary>
internal interface IMetricWriter
{
    /// <summary>Begins a metric family.</summary>
    /// <param name="name">Without the suffixes of a histogram.</param>
    /// <param name="type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
    /// <param name="help">One line.</param>
    /// <param name="sharesName">A counter beside a gauge that is called like it but for <c>_total</c>.</param>
    void Family(string name, string type, string help, bool sharesName = false);

    /// <summary>Begins a sample of a counter or gauge; labels and the value follow.</summary>
    /// <param name="name">Name of its family.</param>
    IMetricWriter Sample(string name);

    /// <summary>One label of the sample begun.</summary>
    IMetricWriter Label(string name, string value);

    /// <summary>Ends the sample.</summary>
    void Value(long value);

    /// <summary>Ends the sample.</summary>
    void Value(double value);

    /// <summary>One series of a histogram.</summary>
    /// <param name="name">Name of its family.</param>
    /// <param name="histogram">Its counts.</param>
    /// <param name="labels">Its labels.</param>
    void Histogram(string name, HistogramTotal histogram, params ReadOnlySpan<(string Name, string Value)> labels);
}
