"""What servers ask the person at the notebook: the question in its panel, its form, its prompt, its answer.

asked      one question, and how it ended       forms     the forms of a panel's open questions
answering  who answers, and when nobody does    prompts   the same as text, by the blocked main thread
"""
