"""Out: from an approved digest to a provider's answer for every recipient.

Read it in this order: `preparation` freezes the audience in rows and batches; `claims` takes a
batch and reads who of it may be mailed now; `submission` hands it to the provider; `outcomes`
records the answer; `drain` loops over the three; `recovery` brings back what was lost on the way.
"""
